import { Trans, useLingui } from '@lingui/react/macro';
import { Notice } from '@/ui/Notice';

interface ClosedSurveyProps {
  /** THANKED is one that was answered this very moment. */
  standing: 'THANKED' | 'OPEN' | 'ANSWERED' | 'EXPIRED' | 'WITHDRAWN';
}

/** Say why there is nothing (more) to answer. */
export function ClosedSurvey({ standing }: ClosedSurveyProps) {
  const { t } = useLingui();
  if (standing === 'THANKED')
    return (
      <Notice tone="success" title={t`Thank you`}>
        <Trans>Your answer has been kept, and those concerned will learn from it. You can close this page.</Trans>
      </Notice>
    );
  if (standing === 'ANSWERED')
    return (
      <Notice tone="hint" title={t`This survey has been answered`}>
        <Trans>It can be answered once. Thank you for having done so.</Trans>
      </Notice>
    );
  if (standing === 'WITHDRAWN')
    return (
      <Notice tone="hint" title={t`This survey was withdrawn`}>
        <Trans>
          Nothing needs to be done. If we are working on your matter again, we will ask you when it has come to its end.
        </Trans>
      </Notice>
    );
  return (
    <Notice tone="hint" title={t`The time for this survey is over`}>
      <Trans>It can no longer be answered. If there is something you want to tell us, please turn to the store.</Trans>
    </Notice>
  );
}
