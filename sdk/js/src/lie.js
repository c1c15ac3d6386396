/** A gateway says what can't be so: nothing that it says is worth anything. */
export class LyingGateway extends Error {
  name = 'LyingGateway';
}
