import { Alert } from '@mantine/core';
import type { ReactNode } from 'react';

interface NoticeProps {
  tone: 'problem' | 'success' | 'hint';
  title?: string;
  children: ReactNode;
}

const COLOURS = { problem: 'red', success: 'teal', hint: 'blue' };

// Mantine's coloured titles do not all reach 4.5 to 1 on their ground.
const TITLE = { color: 'var(--mantine-color-text)' };

/** Something a person has to know; a problem is spoken at once, the rest when there is a pause. */
export function Notice({ tone, title, children }: NoticeProps) {
  return (
    <Alert
      color={COLOURS[tone]}
      title={title}
      role={tone === 'problem' ? 'alert' : 'status'}
      variant="light"
      styles={{ title: TITLE }}
    >
      {children}
    </Alert>
  );
}
