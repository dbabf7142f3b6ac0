// Customers answer a survey from a link, on a phone and without signing in; a link that is over, or wrong, says so.
import { examine, job, leave, must, profile, walk } from './browser.mjs';

const WORDS = {
  'zh-Hans': {
    ask: '总体而言，您满意吗？',
    speed: '我们的处理是否及时？',
    good: '4 分，满意',
    poor: '2 分，不满意',
    missing: '请选择 1 到 5 分。',
    comment: '您还有什么想对我们说的？',
    send: '提交',
    thanks: '谢谢您',
    answered: '此问卷已填写',
  },
  en: {
    ask: 'How satisfied are you, all in all?',
    speed: 'How quickly did we deal with it?',
    good: '4, good',
    poor: '2, poor',
    missing: 'Choose 1 to 5.',
    comment: 'What else would you like to tell us?',
    send: 'Send the answer',
    thanks: 'Thank you',
    answered: 'This survey has been answered',
  },
};

await walk(async (browser) => {
  // The browser wishes for English; the customer's own language wins.
  await answers(browser, 'en', job.chinese, WORDS['zh-Hans'], 'zh-Hans');
  await answers(browser, 'zh-Hans', job.english, WORDS.en, 'en');
  await finds(browser, job.expired, '此问卷已过期');
  await finds(browser, job.withdrawn, '此问卷已撤回');
  await finds(browser, 'obs_nothing', 'This link is not valid');
});

async function answers(browser, wish, token, words, language) {
  const visit = await profile(browser, wish);
  const { page } = visit;
  const cookies = [];
  page.on('request', (request) => {
    if (request.url().endsWith('/graphql/')) cookies.push(request.headers().cookie);
  });
  await page.goto(`/survey/${token}`);
  const overall = page.getByRole('radiogroup', { name: words.ask });
  await overall.waitFor();
  must((await page.evaluate(() => document.documentElement.lang)) === language, `not in ${language}`);
  await examine(page, 'a survey');
  await page.getByRole('button', { name: words.send }).click();
  await page.getByText(words.missing).waitFor();
  await examine(page, 'a survey with nothing chosen');
  // With the keyboard: to the first score, and on to the fourth.
  await overall.getByRole('radio').first().focus();
  for (let step = 0; step < 3; step += 1) await page.keyboard.press('ArrowRight');
  await overall.getByRole('radio', { name: words.good, checked: true }).waitFor();
  await page.getByRole('radiogroup', { name: words.speed }).getByRole('radio', { name: words.poor }).click();
  await page.getByLabel(words.comment).fill('<img src=x onerror=alert(1)> 谢谢');
  await examine(page, 'a survey filled in');
  await page.getByRole('button', { name: words.send }).click();
  await page.getByText(words.thanks, { exact: true }).waitFor();
  await examine(page, 'a survey answered');
  await page.goto(`/survey/${token}`);
  await page.getByText(words.answered).waitFor();
  must(cookies.length > 0 && cookies.every((each) => each === undefined), 'a cookie went along');
  await leave(visit);
}

async function finds(browser, token, words) {
  const visit = await profile(browser, 'en');
  await visit.page.goto(`/survey/${token}`);
  await visit.page.getByText(words).waitFor();
  await examine(visit.page, words);
  await leave(visit);
}
