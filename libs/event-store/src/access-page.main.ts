import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { accessPage } from './access-page.js';

writeFileSync(join(__dirname, '../../../docs/reference/event-store-access.md'), accessPage());
