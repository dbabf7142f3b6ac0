import { transformAsync } from '@babel/core';

/**
 * Turn Lingui's macros into calls: plugin-react 6 has no Babel of its own, so only the files that use a macro pay for one.
 * @returns {import('vite').Plugin}
 */
export function linguiMacros() {
  return {
    name: 'onebanner-lingui-macros',
    enforce: 'pre',
    async transform(code, id) {
      const file = id.split('?')[0] ?? id;
      if (!/\.tsx?$/.test(file) || file.includes('/node_modules/') || !code.includes('/macro')) return null;
      const result = await transformAsync(code, {
        filename: file,
        babelrc: false,
        configFile: false,
        sourceMaps: true,
        parserOpts: { plugins: ['typescript', 'jsx'] },
        plugins: ['@lingui/babel-plugin-lingui-macro'],
      });
      return result?.code ? { code: result.code, map: result.map ?? null } : null;
    },
  };
}
