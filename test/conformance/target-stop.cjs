/** After all cases: stops what target.cjs started. */
module.exports = async () => globalThis.stopConformanceTarget?.();
