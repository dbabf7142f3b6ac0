import { Trans, useLingui } from '@lingui/react/macro';
import { Stack } from '@mantine/core';
import { useState } from 'react';
import { Notice } from '@/ui/Notice';
import { Page } from '@/ui/Page';
import { StartLink } from '@/ui/StartLink';
import { EmailForm } from './EmailForm';
import { askEmailChange } from './ownAccess';
import { useProof } from './useProof';

/** Ask to sign in with another e-mail address; it counts once the mail to it has been answered. */
export function EmailChangePage() {
  const { t } = useLingui();
  const [asked, setAsked] = useState<string | null>(null);
  const { form: proof, proven } = useProof('/account/email');

  return (
    <Page title={t`Change the e-mail address`} isNarrow>
      <Stack>
        {proof}
        <Stack display={proof === null ? undefined : 'none'}>
          {asked === null ? (
            <EmailForm
              label={t`New e-mail address`}
              autoComplete="email"
              ask={(email) => proven(() => askEmailChange(email))}
              onOutcome={({ kind }, email) => kind === 'done' && setAsked(email)}
            >
              <Trans>
                We send a mail with a link to the new address. Until you have confirmed there, you sign in with the
                address you have now.
              </Trans>
            </EmailForm>
          ) : (
            <Notice tone="success" title={t`Look into your mail`}>
              <Trans>
                A mail to {asked} is on its way, unless somebody here uses that address already. Its link works for an
                hour.
              </Trans>
            </Notice>
          )}
        </Stack>
        <StartLink />
      </Stack>
    </Page>
  );
}
