/** As much of a SQLite statement as a projection needs. */
interface Statement {
  get(...values: unknown[]): unknown;
  all(...values: unknown[]): unknown[];
  run(...values: unknown[]): unknown;
}

/** A database, such as better-sqlite3 opens. */
export interface Statements {
  prepare(sql: string): Statement;
}

/** By database, then by SQL. A database that is gone takes its statements with it. */
const known = new WeakMap<Statements, Map<string, Statement>>();

/**
 * The statement for this SQL, compiled once for each database: a projection asks for the same few at every event, and
 * compiling one takes longer than running it.
 */
export function prepared(db: Statements, sql: string): Statement {
  let statements = known.get(db);
  if (!statements) known.set(db, (statements = new Map<string, Statement>()));
  let statement = statements.get(sql);
  if (!statement) statements.set(sql, (statement = db.prepare(sql)));
  return statement;
}
