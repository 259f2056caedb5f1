import type { SignIn } from '../signIn/signIn.ts';
import { Skeleton } from './Skeleton.tsx';
import { StateCard } from './StateCard.tsx';
import './states.css';

const SignInButton = ({ signIn, children }: { signIn: SignIn; children: string }) => (
  <button type="button" class="primary" onClick={() => void signIn.begin()}>
    {children}
  </button>
);

const Failed = ({ signIn }: { signIn: SignIn }) => (
  <StateCard title="Signing in did not work" tone="wrong">
    <p>You are not signed in, and nothing was changed. Trying again often helps.</p>
    <ul class="steps">
      <li>Use the window in which you began: an answer from another one is not taken.</li>
      <li>Check that this computer is online.</li>
      <li>Ask who runs Fieldcast whether you have an account.</li>
    </ul>
    <SignInButton signIn={signIn}>Try again</SignInButton>
    <p class="small quiet-text wrap">
      The reason that was given: <q>{signIn.problem.value}</q>
    </p>
  </StateCard>
);

/** Instead of everything, while nobody is signed in. */
export const SignedOut = ({ signIn }: { signIn: SignIn }) => {
  if (signIn.state.value === 'entering') return <Skeleton words="Signing in …" />;
  if (signIn.state.value === 'failed') return <Failed signIn={signIn} />;
  return (
    <StateCard title={signIn.problem.value ?? 'Sign in to see your devices'}>
      <p>You come back to this very view. What you may see is up to who runs Fieldcast.</p>
      <SignInButton signIn={signIn}>Sign in</SignInButton>
    </StateCard>
  );
};
