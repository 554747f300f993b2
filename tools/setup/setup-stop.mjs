// An expected stop of set-up: its message is one sentence for the user, shown without a stack.
export class SetupStop extends Error {}
