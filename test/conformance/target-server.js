const { startEmbeddedEventStore } = require('@slipway/embedded-event-store');

/** Serves the directory of its argument, tells its connection string, and ends with its parent's side of the channel. */
startEmbeddedEventStore({ directory: process.argv[2] }).then((server) => {
  process.send(server.connectionString);
  process.once('disconnect', () => server.close());
});
