// Somebody sets up the second step by keyboard and scanner, keeps the recovery codes, and gets in with one of them.
import { createHmac } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { examine, job, leave, must, profile, seesStartPage, signIn, walk } from './browser.mjs';

// What a busy machine takes from here to the server's judgement, in milliseconds.
const ENOUGH = 20_000;
const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

await walk(async (browser) => {
  const visit = await profile(browser, 'zh-Hans');
  const { page } = visit;
  await signIn(page, job.email);
  await seesStartPage(page);
  await page.getByRole('link', { name: '两步验证' }).click();
  await page.getByRole('button', { name: '设置验证器应用' }).click();
  await proveIfAsked(page);
  await page.getByTestId('totp-secret').waitFor();
  await examine(page, 'setting up the second step');
  const secret = await page.getByTestId('totp-secret').textContent();
  await page.getByLabel('验证码').fill(await codeOf(secret ?? ''));
  await page.getByRole('button', { name: '开启' }).click();
  await proveIfAsked(page);
  await page.getByRole('button', { name: '我已保存' }).waitFor();
  await examine(page, 'recovery codes');
  const codes = await page.locator('main li code').allTextContents();
  must(codes.length === 10, `${codes.length} recovery codes`);
  await page.getByRole('button', { name: '我已保存' }).click();
  await page.getByText('还剩 10 个恢复代码。').waitFor();
  await examine(page, 'second step on');
  await page.goto('/');
  await page.getByRole('button', { name: '退出登录', exact: true }).click();
  await page.waitForURL('/sign-in');

  await signIn(page, job.email);
  await page.getByRole('heading', { name: '两步验证' }).waitFor();
  await examine(page, 'asked for the code');
  await page.reload();
  await page.getByLabel('验证码').fill('000000');
  await page.getByRole('button', { name: '继续' }).click();
  await page.locator('[aria-invalid=true]').waitFor();
  await page.getByLabel('验证码').fill(codes[0]);
  await page.getByRole('button', { name: '继续' }).click();
  await seesStartPage(page);
  await leave(visit);
});

/** The password is asked again when signing in was too long ago or the server is strict. */
async function proveIfAsked(page) {
  const proof = page.getByText('请再次验证您的身份。');
  const onwards = page.getByTestId('totp-secret').or(page.getByRole('button', { name: '我已保存' }));
  await proof.or(onwards).first().waitFor();
  if (!(await proof.isVisible())) return;
  await page.locator('input[autocomplete=current-password]').fill(job.password);
  await page.getByRole('button', { name: '继续' }).click();
}

/** The six digits of this moment and some seconds more, as an authenticator app makes them (RFC 6238). */
async function codeOf(secret) {
  const left = 30_000 - (Date.now() % 30_000);
  if (left < ENOUGH) await setTimeout(left);
  const bits = [...secret.replaceAll(/\s/g, '')].map((letter) => BASE32.indexOf(letter).toString(2).padStart(5, '0')).join('');
  const key = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
  const moment = Buffer.alloc(8);
  moment.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000)));
  const digest = createHmac('sha1', key).update(moment).digest();
  const number = digest.readUInt32BE(digest[digest.length - 1] & 15) & 0x7fffffff;
  return String(number % 1_000_000).padStart(6, '0');
}
