import { lingui } from '@lingui/vite-plugin';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';
import { linguiMacros } from './scripts/lingui-macros.mjs';
import { plainFonts } from './scripts/plain-fonts.mjs';
import { trustedDocuments } from './scripts/trusted-documents.mjs';

const server = process.env.ONEBANNER_SERVER ?? 'http://a.onebanner.localhost:8000';

export default defineConfig(({ command }) => ({
  base: command === 'build' ? '/static/web/' : '/',
  plugins: [
    linguiMacros(),
    plainFonts(),
    trustedDocuments(),
    react(),
    lingui({ failOnMissing: command === 'build', failOnCompileError: true }),
  ],
  resolve: { tsconfigPaths: true },
  build: {
    manifest: true,
    // Inlined assets would be data: addresses, which the content security policy refuses for fonts.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: { input: { app: 'index.html', graphiql: 'graphiql.html' } },
  },
  server: {
    proxy: {
      '/graphql/': { target: server, changeOrigin: true },
      '/_allauth/': { target: server, changeOrigin: true },
    },
  },
  test: {
    environment: 'jsdom',
    setupFiles: ['src/testing/setup.ts'],
    include: ['src/**/*.test.{ts,tsx}', 'scripts/**/*.test.ts'],
    clearMocks: true,
    testTimeout: 180_000,
  },
}));
