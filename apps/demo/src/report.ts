/** One thing that the demo claims, and whether it was so. */
export interface Statement {
  readonly statement: string;
  readonly ok: boolean;
  /** What was seen; of a failure, what was wrong. */
  readonly detail: unknown;
}

/** Collects the statements, and tells people about them as they come. */
export class Report {
  readonly statements: Statement[] = [];

  constructor(private readonly talk: (line: string) => void) {}

  chapter(title: string): void {
    this.talk(`\n${title}`);
  }

  say(line: string): void {
    this.talk(`    ${line}`);
  }

  /** Checks a claim. A claim that doesn't hold is recorded, and the demo goes on as far as it can. */
  check(statement: string, ok: boolean, detail: unknown): void {
    this.statements.push({ statement, ok, detail });
    this.talk(`  ${ok ? '✓' : '✗'} ${statement}`);
    if (!ok) this.say(`but: ${JSON.stringify(detail)}`);
  }

  /** Checks a claim that the rest of the story stands on. @throws Error where it doesn't hold */
  need(statement: string, ok: boolean, detail: unknown): void {
    this.check(statement, ok, detail);
    if (!ok) throw new Error(`the demo can't go on: it does not hold that ${statement}: ${JSON.stringify(detail)}`);
  }

  get ok(): boolean {
    return this.statements.length > 0 && this.statements.every((statement) => statement.ok);
  }
}
