import { Trans } from '@lingui/react/macro';
import { Anchor, Stack, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';

/** The ways to everything about one's own sign-in. */
export function AccountLinks() {
  return (
    <section aria-labelledby="account">
      <Title order={2} size="h3" mb="sm" id="account">
        <Trans>Your sign-in</Trans>
      </Title>
      <Stack gap="xs" align="flex-start">
        <Anchor renderRoot={(props) => <Link to="/account/password" {...props} />}>
          <Trans>Change the password</Trans>
        </Anchor>
        <Anchor renderRoot={(props) => <Link to="/account/email" {...props} />}>
          <Trans>Change the e-mail address</Trans>
        </Anchor>
        <Anchor renderRoot={(props) => <Link to="/account/passkeys" {...props} />}>
          <Trans>Passkeys</Trans>
        </Anchor>
        <Anchor renderRoot={(props) => <Link to="/account/mfa" {...props} />}>
          <Trans>Second step of sign-in</Trans>
        </Anchor>
      </Stack>
    </section>
  );
}
