import { fileURLToPath } from 'node:url';
import { sinsIn } from './house.mjs';

const sins = sinsIn(fileURLToPath(new URL('../src', import.meta.url)));
for (const sin of sins) console.error(sin);
process.exit(sins.length > 0 ? 1 : 0);
