import { readdirSync } from 'node:fs';

const input = readdirSync(import.meta.dirname).filter((name) => name.endsWith('.html'));

export default { build: { rolldownOptions: { input } } };
