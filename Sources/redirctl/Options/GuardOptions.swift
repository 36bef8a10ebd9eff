import ArgumentParser

/// Whether a change may take away connections that operators rely on.
struct GuardOptions: ParsableArguments {
    @Flag(help: "Go on even if new SSH sessions, or what the policy protects, would go elsewhere.")
    var allowLockout = false
}
