import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { accessPage } from './access-page.js';

it('docs/reference/event-store-access.md says what the tables say; if not: npm run event-store-access', () => {
  expect(readFileSync(join(__dirname, '../../../docs/reference/event-store-access.md'), 'utf8')).toBe(accessPage());
});
