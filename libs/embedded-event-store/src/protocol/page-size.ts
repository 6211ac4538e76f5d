const FEWEST = 16;
const MOST = 128;
const TARGET_BYTES = 64 * 1024;

/**
 * Finds a page size that holds about what a client takes at once (64 KiB), so that large events do not make large pages. The
 * event loop stands still while a page is read: larger ones have the client wait for its next bytes.
 */
export class PageSize {
  /** Events to ask for next. */
  limit = 32;

  learn(page: readonly { readonly record: Buffer }[]): void {
    if (page.length === 0) return;
    let bytes = 0;
    for (const event of page) bytes += event.record.length;
    const fitting = Math.floor((TARGET_BYTES * page.length) / bytes);
    this.limit = Math.max(FEWEST, Math.min(MOST, fitting, this.limit * 2));
  }
}
