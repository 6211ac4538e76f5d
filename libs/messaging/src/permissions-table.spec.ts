import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { platformIdentities } from './bus-identities.js';
import { permissionsTable } from './permissions-table.fixtures.js';

it('docs/reference/bus.md shows the rights that are given', () => {
  const page = readFileSync(join(__dirname, '../../../docs/reference/bus.md'), 'utf8');
  expect(page).toContain(permissionsTable(platformIdentities()));
});
