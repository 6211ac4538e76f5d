/** After all cases: stops what target.js started. */
module.exports = async () => globalThis.stopConformanceTarget?.();
