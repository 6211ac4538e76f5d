import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { rightsPage } from './rights-page.js';

writeFileSync(join(__dirname, '../../../docs/reference/rights.md'), rightsPage());
