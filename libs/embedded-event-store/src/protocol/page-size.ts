const FEWEST = 16;
const MOST = 512;
const TARGET_BYTES = 512 * 1024;

/** Finds a page size that holds about half a megabyte, so that large events do not make large pages. */
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
