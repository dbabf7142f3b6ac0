import { Container, Title } from '@mantine/core';
import { type ReactNode, useEffect, useRef } from 'react';

interface PageProps {
  title: string;
  /** Narrow for a form, wide for what is read. */
  isNarrow?: boolean;
  children: ReactNode;
}

let hasShownAPage = false;

/** A page with its one heading: it names the document, and after a move it takes the focus, so that a screen reader says where one is. */
export function Page({ title, isNarrow = false, children }: PageProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (hasShownAPage) heading.current?.focus();
    hasShownAPage = true;
  }, []);
  return (
    <Container size={isNarrow ? 440 : 'md'} px="md" py="xl">
      <title>{`${title} · OneBanner`}</title>
      <Title order={1} size="h2" mb="lg" ref={heading} tabIndex={-1} style={{ outline: 'none' }}>
        {title}
      </Title>
      {children}
    </Container>
  );
}
