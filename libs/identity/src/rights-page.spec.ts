import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { rightsPage } from './rights-page.js';

it('docs/reference/rights.md says what the table says; if not: npm run rights', () => {
  expect(readFileSync(join(__dirname, '../../../docs/reference/rights.md'), 'utf8')).toBe(rightsPage());
});
