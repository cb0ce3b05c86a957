"""お約束: how the promises of the policy are kept, once the operator has decided to show it."""
