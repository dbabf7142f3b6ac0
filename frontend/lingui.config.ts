import type { LinguiConfig } from '@lingui/conf';
import { formatter } from '@lingui/format-po';

// The extraction check extracts into a copy and compares: see scripts/check-texts.ts.
const catalogues = process.env.LINGUI_CATALOGUES ?? 'src/locales';

const config: LinguiConfig = {
  sourceLocale: 'en',
  locales: ['en', 'zh-Hans', 'zh-Hant'],
  catalogs: [
    { path: `<rootDir>/${catalogues}/{locale}`, include: ['src'], exclude: ['**/*.test.*', 'src/testing/**'] },
  ],
  format: formatter({ lineNumbers: false }),
  orderBy: 'message',
};

export default config;
