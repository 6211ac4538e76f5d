/** Ends the run with one line on stdout that says how it went. */
module.exports = class ClosingLine {
  onRunComplete(_contexts, results) {
    // A file that does not even load has no cases to count, and must not pass for that.
    const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
    const left = results.numPendingTests + results.numTodoTests;
    process.stdout.write(`${results.numPassedTests} passed, ${failed} failed${left > 0 ? `, ${left} not run` : ''}\n`);
  }
};
