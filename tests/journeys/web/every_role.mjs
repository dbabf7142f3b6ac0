// Everybody signs in, each in one of the three languages, finds the own roles and stores, and signs out again.
import { job, LOCALES, leave, must, profile, seesStartPage, signIn, walk } from './browser.mjs';

const WELCOME = { en: /^Welcome, /, 'zh-Hans': /，您好$/, 'zh-Hant': /，您好$/ };

await walk(async (browser) => {
  const languages = Object.keys(LOCALES);
  for (const [number, { email, stores, mayExplore }] of job.people.entries()) {
    const language = languages[number % languages.length];
    const visit = await profile(browser, language);
    const { page } = visit;
    await signIn(page, email);
    await seesStartPage(page);
    const lang = await page.locator('html').getAttribute('lang');
    must(lang === language, `${email}: the page says its language is ${lang}, the browser wished ${language}`);
    const heading = await page.locator('h1').textContent();
    must(WELCOME[language].test(heading ?? ''), `${email}: the heading is ${heading}`);
    const seen = await page.locator('section[aria-labelledby=stores] li').allTextContents();
    must(seen.join() === stores.join(), `${email} sees the stores ${seen}, expected ${stores}`);
    const links = await page.locator('a[href="/graphiql"]').count();
    must(links === (mayExplore ? 1 : 0), `${email}: ${links} links to GraphiQL`);
    await page.locator('main button').first().click();
    await page.waitForURL('/sign-in');
    await page.goto('/');
    await page.waitForURL('/sign-in');
    await leave(visit);
  }
});
