export const OPERATIONS_HELP = `Usage: main.js [command] [options]

Without a command the server starts. The commands are also those of slipway eventstore. The data directory is --dir, or SLIPWAY_EVENTSTORE_DIR.

  check [<file>]        walk the whole store (or a backup file) and say what is wrong
  backup <file>         write all events into one new file
  restore <file>        make an empty data directory from a backup
  export [<file>]       write all events as NDJSON, oldest first (standard output without a file)
  import [<file>]       read NDJSON (standard input without a file) into an empty data directory
      --to <esdb://...>   ... or append it to an EventStoreDB cluster; run it again to go on
      --with-system       ... with streams whose names begin with $, which are left out otherwise
  scavenge              free the space of deleted, truncated and expired events
  user <command>        manage the users of a store with TLS: see user --help

check, backup and export also work while the server runs; restore, import and scavenge need it stopped.

Options:
  --dir <directory>     the data directory
  --help                this text

Exit codes: 0 done, 1 failed or something found, 2 wrong usage, 6 the data directory is in use.
`;
