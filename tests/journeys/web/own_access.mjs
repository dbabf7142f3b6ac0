// Somebody changes the own password and address, adds a passkey, and gets in by it: as the second step, and alone.
import { examine, job, leave, must, profile, seesStartPage, signIn, walk } from './browser.mjs';

const CHOSEN = 'three words of mine';

await walk(async (browser) => {
  const visit = await profile(browser, 'zh-Hant');
  const { page } = visit;
  await signIn(page, job.email);
  await seesStartPage(page);
  await changePassword(page);
  await askForAddress(page);
  await withDevice(page);
  await addPasskey(page);
  await signOut(page);

  await signIn(page, job.email, CHOSEN);
  await page.locator('input[autocomplete=one-time-code]').waitFor();
  await examine(page, 'asked for the passkey');
  await page.getByRole('button', { name: job.words.usePasskey, exact: true }).click();
  await seesStartPage(page);
  await signOut(page);

  await page.getByRole('button', { name: job.words.signInByPasskey }).click();
  await seesStartPage(page);
  await removePasskey(page);
  await leave(visit);
});

async function changePassword(page) {
  await page.locator('a[href="/account/password"]').click();
  await page.locator('input[autocomplete=current-password]').fill('not the password');
  await page.locator('input[autocomplete=new-password]').fill(CHOSEN);
  await page.locator('button[type=submit]').click();
  await page.locator('[aria-invalid=true]').waitFor();
  await examine(page, 'a wrong present password');
  await page.locator('input[autocomplete=current-password]').fill(job.password);
  await page.locator('button[type=submit]').click();
  await page.locator('main [role=status]').waitFor();
  await page.goto('/');
}

async function askForAddress(page) {
  await page.locator('a[href="/account/email"]').click();
  await page.locator('input[type=email]').fill(job.newEmail);
  await page.locator('button[type=submit]').click();
  await page.locator('input[autocomplete=current-password]').fill(CHOSEN);
  await examine(page, 'asked for a proof');
  await page.locator('button[type=submit]:visible').click();
  await page.getByText(job.newEmail).waitFor();
  await examine(page, 'another address asked for');
  await page.goto('/');
}

/** Give the browser a device that makes passkeys and whose owner always agrees. */
async function withDevice(page) {
  const devices = await page.context().newCDPSession(page);
  await devices.send('WebAuthn.enable');
  await devices.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
}

async function addPasskey(page) {
  await page.locator('a[href="/account/passkeys"]').click();
  await page.locator('[data-path=name]').fill('我的手机');
  await page.locator('button[type=submit]').click();
  await page.locator('main li code').first().waitFor();
  const codes = await page.locator('main li code').count();
  must(codes === 10, `${codes} recovery codes`);
  await examine(page, 'recovery codes of a first passkey');
  await page.getByRole('button', { name: job.words.kept }).click();
  await page.getByRole('region', { name: '我的手机' }).waitFor();
  await examine(page, 'a passkey');
  await page.goto('/');
}

async function removePasskey(page) {
  await page.locator('a[href="/account/passkeys"]').click();
  const card = page.getByRole('region', { name: '我的手机' });
  await card.getByRole('button', { name: job.words.remove, exact: true }).click();
  await card.getByRole('button', { name: job.words.removeIt, exact: true }).click();
  // Signing in is no proof that somebody still sits there: the passkey is asked for once more.
  await page.getByRole('button', { name: job.words.usePasskey, exact: true }).click();
  await card.waitFor({ state: 'detached' });
  await page.locator('[data-path=name]').waitFor();
}

async function signOut(page) {
  await page.goto('/');
  await page.getByRole('button', { name: job.words.signOut, exact: true }).click();
  await page.waitForURL('/sign-in');
}
