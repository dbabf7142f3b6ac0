// The front end's house rules that neither TypeScript nor Biome knows: which way imports point, and how long a file may be.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

const LONGEST = 250;
/** A folder may import those to its right; a feature, also the features of lower apps, in the order of the Python layers. */
const LAYERS = ['app', 'features', 'graphql', 'ui', 'lib', 'locales'];
const FEATURES = [
  ['api'],
  ['reports', 'appraisal', 'feedback'],
  ['complaints'],
  ['orders', 'inquiries', 'training'],
  ['standards'],
  ['customers'],
  ['clocks'],
  ['stores'],
  ['members'],
  ['journal'],
  ['chains'],
  ['billing', 'accounts'],
];
const IMPORT = /(?:from\s+|import\s+|import\()\s*['"]([^'"]+)['"]/g;

/**
 * Name every sin in a source folder, as `file: what is wrong`.
 * @param {string} root the folder `src`
 * @returns {string[]}
 */
export function sinsIn(root) {
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name) && !name.endsWith('.d.ts'))
    .flatMap((name) => sinsOf(name, readFileSync(join(root, name), 'utf8'), root));
}

/**
 * @param {string} name path below `src`
 * @param {string} text
 * @param {string} root
 */
function sinsOf(name, text, root) {
  const sins = [];
  const lines = text.split('\n').length - 1;
  if (lines >= LONGEST) sins.push(`${name}: ${lines} lines, fewer than ${LONGEST} are allowed`);
  if (name.startsWith('testing/') || name.includes('.test.')) return sins;
  for (const [, target = ''] of text.matchAll(IMPORT)) {
    const imported = pathBelowSource(target, name, root);
    if (imported && !mayImport(name, imported))
      sins.push(`${name}: imports ${imported}, which stands above or beside it`);
  }
  return sins;
}

/**
 * @param {string} target
 * @param {string} importer
 * @param {string} root
 */
function pathBelowSource(target, importer, root) {
  if (target.startsWith('@/')) return target.slice(2);
  if (target.startsWith('.')) return relative(root, resolve(root, dirname(importer), target));
  return null;
}

/**
 * @param {string} importer
 * @param {string} imported
 */
function mayImport(importer, imported) {
  const [from = '', feature = ''] = importer.split('/');
  const [to = '', otherFeature = ''] = imported.split('/');
  if (from === 'features' && to === 'features')
    return feature === otherFeature || heightOf(feature) > heightOf(otherFeature);
  if (from === to) return true;
  return LAYERS.includes(to) && LAYERS.indexOf(from) < LAYERS.indexOf(to);
}

/** @param {string} feature */
function heightOf(feature) {
  const row = FEATURES.findIndex((features) => features.includes(feature));
  if (row < 0) throw new Error(`features/${feature} is not named after a domain app`);
  return FEATURES.length - row;
}
