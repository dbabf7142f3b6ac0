import { Trans, useLingui } from '@lingui/react/macro';
import { Button, Stack, Text } from '@mantine/core';
import { getRouteApi } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { Notice } from '@/ui/Notice';
import { Page } from '@/ui/Page';
import { StartLink } from '@/ui/StartLink';
import { Unreachable } from '@/ui/Unreachable';
import { Waiting } from '@/ui/Waiting';
import { isOutcome } from './headless';
import { confirmEmailChange, confirmedBy } from './ownAccess';
import { NO_FIELDS, useAttempt } from './useAttempt';

const route = getRouteApi('/account/email/$key');

type View = { at: 'asking' | 'unreachable' | 'spent' | 'done' } | { at: 'open'; email: string };

/** Confirm a new address by the link from the mail: by a press, so that no mail filter that follows links does it. */
export function EmailConfirmPage() {
  const { t } = useLingui();
  const { key } = route.useParams();
  const [view, setView] = useState<View>({ at: 'asking' });
  const { attempt, isTrying, notice } = useAttempt(NO_FIELDS);
  const email = view.at === 'open' ? view.email : '';

  useEffect(() => {
    confirmedBy(key).then(
      (answer) => setView(isOutcome(answer) ? { at: 'spent' } : { at: 'open', email: answer }),
      () => setView({ at: 'unreachable' }),
    );
  }, [key]);

  async function confirm() {
    const outcome = await attempt(() => confirmEmailChange(key));
    if (outcome?.kind === 'done') setView({ at: 'done' });
  }

  return (
    <Page title={t`Confirm the e-mail address`} isNarrow>
      <Stack>
        {notice && <Notice tone="problem">{notice}</Notice>}
        {view.at === 'asking' && <Waiting />}
        {view.at === 'unreachable' && <Unreachable />}
        {view.at === 'spent' && (
          <Notice tone="problem" title={t`This link no longer works`}>
            <Trans>It has been used, or it is too old. Ask for a new one.</Trans>
          </Notice>
        )}
        {view.at === 'open' && (
          <>
            <Text>
              <Trans>From now on, sign in with {email}?</Trans>
            </Text>
            <Button loading={isTrying} onClick={() => void confirm()}>
              <Trans>Use this address</Trans>
            </Button>
          </>
        )}
        {view.at === 'done' && (
          <Notice tone="success">
            <Trans>From now on you sign in with your new address.</Trans>
          </Notice>
        )}
        <StartLink />
      </Stack>
    </Page>
  );
}
