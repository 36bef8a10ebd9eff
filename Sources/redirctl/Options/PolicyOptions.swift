import ArgumentParser

/// The policy that a command reads.
struct PolicyOptions: ParsableArguments {
    @Argument(help: "The policy file; `-` reads standard input.", completion: .policy)
    var policy: String

    @OptionGroup var permissions: PermissionOptions
}

/// Whether root may read a policy that others can write.
struct PermissionOptions: ParsableArguments {
    @Flag(help: "As root, accept a policy file that other users could have written.")
    var allowUnsafePermissions = false
}
