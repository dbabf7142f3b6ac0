import { useLingui } from '@lingui/react/macro';

export type Question = 'OVERALL' | 'ATTITUDE' | 'ABILITY' | 'SPEED' | 'RESULT';

/** Give what puts the questions of a survey into words. */
export function useQuestionWords(): (question: Question) => string {
  const { t } = useLingui();
  return (question) =>
    ({
      OVERALL: t`How satisfied are you, all in all?`,
      ATTITUDE: t`How friendly and attentive were we?`,
      ABILITY: t`How well did we know what we were talking about?`,
      SPEED: t`How quickly did we deal with it?`,
      RESULT: t`How well was it solved for you?`,
    })[question];
}
