import { useLingui } from '@lingui/react/macro';
import { Center, Loader } from '@mantine/core';

/** The place of something that is on its way. */
export function Waiting() {
  const { t } = useLingui();
  return (
    <Center mih={240} role="status" aria-label={t`Loading`}>
      <Loader />
    </Center>
  );
}
