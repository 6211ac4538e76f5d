/** Topics that need more of a target than its connection string: the variable that gives it, and what it is to hold. */
const MORE = [
  ['users and rights', 'SLIPWAY_EVENTSTORE_SECURE', 'esdb://admin:changeit@host:2113?tls=true&tlsCAFile=…, an administrator of a server with TLS'],
  ['system projections', 'SLIPWAY_EVENTSTORE_PROJECTING', 'esdb://host:2113?…, a server that keeps the link streams (EventStoreDB with --run-projections=System --start-standard-projections); it may be the same one'],
  ['restarts', 'SLIPWAY_EVENTSTORE_RESTART', 'a shell command that restarts the server (and SLIPWAY_EVENTSTORE_PROJECTING, if that is another)'],
];

/** Ends the run with one line on stdout that says how it went, and names what a target could not be asked. */
module.exports = class ClosingLine {
  onRunComplete(_contexts, results) {
    // A file that does not even load has no cases to count, and must not pass for that.
    const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
    const left = results.numPendingTests + results.numTodoTests;
    const unasked = MORE.filter(([, variable]) => !process.env[variable]);
    process.stdout.write(`${results.numPassedTests} passed, ${failed} failed${left > 0 ? `, ${left} not run` : ''}${unasked.length > 0 ? '; not asked:' : ''}\n`);
    for (const [topic, variable, value] of unasked) process.stdout.write(`  ${topic}: set ${variable} to ${value}\n`);
  }
};
