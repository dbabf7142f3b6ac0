// Says whether the catalogues hold exactly the texts of the sources, each of them translated: extracts into a copy and compares.
import { spawnSync } from 'node:child_process';
import { cpSync, readFileSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const ROOT = new URL('../', import.meta.url);
const COPY = 'node_modules/.cache/onebanner-texts';
const WITHOUT_DATE = /^"POT-Creation-Date.*$/m;

const copy = new URL(`${COPY}/`, ROOT);
rmSync(copy, { recursive: true, force: true });
cpSync(new URL('src/locales/', ROOT), copy, { recursive: true });
const extraction = spawnSync(process.execPath, ['node_modules/@lingui/cli/dist/lingui.js', 'extract', '--clean'], {
  cwd: fileURLToPath(ROOT),
  env: { ...process.env, LINGUI_CATALOGUES: COPY },
  encoding: 'utf8',
});
if (extraction.status !== 0) {
  console.error(extraction.stdout + extraction.stderr);
  process.exit(1);
}

let isWrong = false;
for (const language of ['en', 'zh-Hans', 'zh-Hant']) {
  const name = `${language}.po`;
  const committed = readFileSync(new URL(`src/locales/${name}`, ROOT), 'utf8').replace(WITHOUT_DATE, '');
  const extracted = readFileSync(new URL(name, copy), 'utf8').replace(WITHOUT_DATE, '');
  if (committed !== extracted) {
    console.error(
      `src/locales/${name} is not what the sources say: run \`npm run extract\` and translate what is new.`,
    );
    isWrong = true;
  }
  const untranslated = extracted.match(/^msgid "[^"\n].*"\nmsgstr ""\n(?!")/gm) ?? [];
  for (const text of untranslated) console.error(`src/locales/${name}: not translated: ${text.split('\n')[0]}`);
  isWrong ||= untranslated.length > 0;
}
process.exit(isWrong ? 1 : 0);
