import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { routesTable } from './routes-table.fixtures.js';

it('docs/reference/http-api.md shows the routes that there are', () => {
  const page = readFileSync(join(__dirname, '../../../docs/reference/http-api.md'), 'utf8');
  expect(page).toContain(routesTable());
});
