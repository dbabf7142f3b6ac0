// Somebody takes up an invitation and signs in; somebody else replaces a forgotten password. Each link works once.
import { examine, job, leave, profile, seesStartPage, signIn, walk } from './browser.mjs';

const WEAK = 'password12';
const CHOSEN = 'three words of mine';

await walk(async (browser) => {
  const visit = await profile(browser, 'zh-Hans');
  const { page } = visit;
  await page.goto(`/invitation/${job.invitation}`);
  await page.getByText(job.invited).waitFor();
  await examine(page, 'an invitation');
  await page.getByLabel('您的姓名').fill('李秀英');
  await page.getByLabel('新密码').fill(WEAK);
  await page.getByRole('button', { name: '接受邀请' }).click();
  await page.locator('input[aria-invalid=true]').waitFor();
  await examine(page, 'an invitation with a weak password');
  await page.getByLabel('新密码').fill(CHOSEN);
  await page.getByRole('button', { name: '接受邀请' }).click();
  await page.getByRole('link', { name: '前往登录' }).waitFor();
  await signIn(page, job.invited, CHOSEN);
  await seesStartPage(page);
  await page.getByRole('heading', { name: '李秀英，您好' }).waitFor();
  await page.goto(`/invitation/${job.invitation}`);
  await page.getByText('此邀请已失效').waitFor();
  await leave(visit);

  const forgetful = await profile(browser, 'en');
  await forgetful.page.goto('/password/forgotten');
  await forgetful.page.getByLabel('E-mail address').fill(job.email);
  await forgetful.page.getByRole('button', { name: 'Send the link' }).click();
  await forgetful.page.getByText('Look into your mail').waitFor();
  await examine(forgetful.page, 'a link asked for');
  await forgetful.page.goto(`/password/reset/${job.key}`);
  await forgetful.page.getByLabel('New password').fill(CHOSEN);
  await examine(forgetful.page, 'a new password');
  await forgetful.page.getByRole('button', { name: 'Set the password' }).click();
  await forgetful.page.getByText('Your new password is set.').waitFor();
  await forgetful.page.goto(`/password/reset/${job.key}`);
  await forgetful.page.getByText('This link no longer works').waitFor();
  await signIn(forgetful.page, job.email, CHOSEN);
  await seesStartPage(forgetful.page);
  await leave(forgetful);
});
