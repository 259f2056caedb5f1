/** What keeps an account from being asked; undefined when nothing does. */
export const problemWith = ({ region, yes }: { region: string; yes: boolean }): string | undefined => {
  if (region === '') return 'Say which region: --region, or AWS_REGION.';
  return yes
    ? undefined
    : 'This makes requests that an account is charged some cents for; say --yes if it may.';
};
