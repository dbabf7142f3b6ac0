import { Trans, useLingui } from '@lingui/react/macro';
import { Anchor, Stack } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { Notice } from '@/ui/Notice';
import { Page } from '@/ui/Page';
import { EmailForm } from './EmailForm';
import type { Outcome } from './headless';
import { forgetPassword } from './ownAccess';

/** Ask for a mail with a link to a new password; known and unknown addresses get the same answer. */
export function PasswordForgottenPage() {
  const { t } = useLingui();
  const [isSent, setIsSent] = useState(false);

  function show({ kind }: Outcome) {
    // Some set-ups answer 401, 'not signed in', to say that the mail is on its way.
    if (kind === 'done' || kind === 'signed-out') setIsSent(true);
  }

  return (
    <Page title={t`Password forgotten`} isNarrow>
      <Stack>
        {isSent ? (
          <Notice tone="success" title={t`Look into your mail`}>
            <Trans>
              If somebody with this address works here, a mail with a link is on its way. The link works for a short
              time only.
            </Trans>
          </Notice>
        ) : (
          <EmailForm label={t`E-mail address`} autoComplete="username" ask={forgetPassword} onOutcome={show}>
            <Trans>We send you a link with which you choose a new password.</Trans>
          </EmailForm>
        )}
        <Anchor renderRoot={(props) => <Link to="/sign-in" {...props} />}>
          <Trans>Back to sign-in</Trans>
        </Anchor>
      </Stack>
    </Page>
  );
}
