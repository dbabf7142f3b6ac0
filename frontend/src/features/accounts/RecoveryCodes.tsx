import { Trans } from '@lingui/react/macro';
import { Button, Code, CopyButton, Group, SimpleGrid, Text } from '@mantine/core';

interface RecoveryCodesProps {
  codes: string[];
  onKept: () => void;
}

/** Show the recovery codes, which is the one moment they can be seen, with ways to keep them. */
export function RecoveryCodes({ codes, onKept }: RecoveryCodesProps) {
  return (
    <>
      <Text role="status">
        <Trans>
          These recovery codes let you in when the phone is lost. Each works once. Keep them where others cannot see
          them: they are not shown again.
        </Trans>
      </Text>
      <SimpleGrid cols={2} component="ul" p={0} m={0} style={{ listStyle: 'none' }}>
        {codes.map((code) => (
          <li key={code}>
            <Code fz="md">{code}</Code>
          </li>
        ))}
      </SimpleGrid>
      <Group grow>
        <CopyButton value={codes.join('\n')}>
          {({ copied, copy }) => (
            <Button variant="default" onClick={copy}>
              {copied ? <Trans>Copied</Trans> : <Trans>Copy</Trans>}
            </Button>
          )}
        </CopyButton>
        <Button variant="default" onClick={() => window.print()}>
          <Trans>Print</Trans>
        </Button>
      </Group>
      <Button onClick={onKept}>
        <Trans>I have kept them</Trans>
      </Button>
    </>
  );
}
