// GraphiQL: as the signed-in person it asks, completes and changes; with a token it asks as the token's owner; nobody gets in without.
import { answerHolds, examine, job, leave, must, profile, runsOperation, seesStartPage, signIn, walk } from './browser.mjs';

await walk(async (browser) => {
  const visit = await profile(browser, 'zh-Hant', { width: 1280, height: 800 });
  const { page } = visit;
  await page.goto('/graphiql');
  await page.waitForFunction(() => localStorage.getItem('graphiql:tabState') !== null);
  await page.getByRole('link', { name: '登入' }).click();
  await page.waitForURL('/sign-in?next=%2Fgraphiql');
  // As if the visit had ended within the half second in which GraphiQL has kept its tabs, but not yet the operation in them.
  await page.evaluate(() => localStorage.removeItem('graphiql:query'));
  await signIn(page, job.email);
  await seesStartPage(page);
  await page.locator('a[href="/graphiql"]').click();
  await runsOperation(page);
  await answerHolds(page, `"name": "${job.name}"`);
  await examine(page, 'GraphiQL');
  // The documentation comes by introspection, so it shows that this person may see the schema.
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.getByRole('button', { name: 'Show Documentation Explorer' }).click();
  await page.locator('.graphiql-doc-explorer-content').getByText('Query', { exact: true }).first().waitFor();
  await examine(page, 'GraphiQL with its documentation');
  await leave(visit);

  const stranger = await profile(browser, 'en', { width: 1280, height: 800 });
  await stranger.page.goto('/graphiql');
  await runsOperation(stranger.page);
  await answerHolds(stranger.page, 'UNAUTHENTICATED');
  await stranger.page.getByRole('button', { name: 'Headers' }).click();
  const headers = stranger.page.locator('.graphiql-editor-tool .graphiql-editor:nth-child(2)');
  await headers.locator('.CodeMirror-code').waitFor();
  await headers.getByRole('textbox').focus();
  await stranger.page.keyboard.insertText(JSON.stringify({ Authorization: `Bearer ${job.token}` }));
  await headers.locator('.CodeMirror-code').filter({ hasText: job.token.slice(0, 6) }).waitFor();
  await runsOperation(stranger.page);
  await answerHolds(stranger.page, `"name": "${job.name}"`);
  const kept = await stranger.page.evaluate(() => JSON.stringify(localStorage));
  must(!kept.includes(job.token), 'GraphiQL kept the token in the browser');
  await leave(stranger);
});
