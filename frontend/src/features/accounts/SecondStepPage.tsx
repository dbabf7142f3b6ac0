import { Trans, useLingui } from '@lingui/react/macro';
import { Stack } from '@mantine/core';
import { useCallback, useEffect, useState } from 'react';
import { Notice } from '@/ui/Notice';
import { Page } from '@/ui/Page';
import { StartLink } from '@/ui/StartLink';
import { Unreachable } from '@/ui/Unreachable';
import { Waiting } from '@/ui/Waiting';
import { EnrolForm } from './EnrolForm';
import { isOutcome, type Outcome, type Ways } from './headless';
import { RecoveryCodes } from './RecoveryCodes';
import { SecondStepState } from './SecondStepState';
import { beginApp, type Enrolment, recoveryCodes, renewRecoveryCodes, type SecondStep, secondStep } from './secondStep';
import { useProof } from './useProof';

type View =
  | { at: 'asking' }
  | { at: 'unreachable' }
  | { at: 'state'; state: SecondStep }
  | { at: 'enrolling'; enrolment: Enrolment }
  | { at: 'codes'; codes: string[] };

/** Set up, renew or remove the second step of sign-in; what weakens or shows secrets asks for a proof again. */
export function SecondStepPage() {
  const { t } = useLingui();
  const [view, setView] = useState<View>({ at: 'asking' });
  const { form: proof, proven, prove } = useProof('/account/mfa');

  const ask = useCallback(
    async <T,>(question: () => Promise<T | Outcome>, show: (answer: T) => void) => {
      try {
        const answer = await proven(question);
        if (!isOutcome(answer)) show(answer);
        else if (answer.kind !== 'signed-out') setView({ at: 'unreachable' });
      } catch {
        setView({ at: 'unreachable' });
      }
    },
    [proven],
  );

  const showState = useCallback(() => void ask(secondStep, (state) => setView({ at: 'state', state })), [ask]);
  const showCodes = (codes: string[]) => setView({ at: 'codes', codes });
  // The server will want a proof when the first code is given: asked before, it does not come between the code and its half minute.
  const enrol = async (ways: Ways) => {
    await prove(ways);
    await ask(beginApp, (enrolment) => setView({ at: 'enrolling', enrolment }));
  };

  useEffect(showState, [showState]);

  return (
    <Page title={t`Second step of sign-in`} isNarrow>
      <Stack>
        {proof}
        <Stack display={proof === null ? undefined : 'none'}>
          {view.at === 'asking' && <Waiting />}
          {view.at === 'unreachable' && <Unreachable />}
          {view.at === 'state' && (
            <SecondStepState
              state={view.state}
              onEnrol={(ways) => void enrol(ways)}
              onRenewCodes={() => void ask(renewRecoveryCodes, showCodes)}
              onRemoved={showState}
              proven={proven}
            />
          )}
          {view.at === 'enrolling' && (
            <EnrolForm enrolment={view.enrolment} onDone={() => void ask(recoveryCodes, showCodes)} proven={proven} />
          )}
          {view.at === 'codes' && (
            <>
              <Notice tone="success">
                <Trans>The second step is on.</Trans>
              </Notice>
              <RecoveryCodes codes={view.codes} onKept={showState} />
            </>
          )}
        </Stack>
        <StartLink />
      </Stack>
    </Page>
  );
}
