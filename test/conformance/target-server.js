const { startEmbeddedEventStore } = require('@slipway/embedded-event-store');

/** Starts a server with the options of its argument (JSON), tells how to reach it, and ends with its parent's side of the channel. */
startEmbeddedEventStore(JSON.parse(process.argv[2])).then((server) => {
  process.send({ connectionString: server.connectionString, port: server.port, firstUsersFile: server.access?.firstUsersFile });
  process.once('disconnect', () => server.close());
});
