/// An example policy, which `init` writes.
///
/// Its redirects are those of the example with the same name in `Policies`; there may be fewer.
struct ExamplePolicy: Sendable {
    /// The name of the example.
    let name: String

    /// What the policy does, in one line.
    let summary: String

    /// The policy, with a comment for each line that a reader may not know.
    let text: String

    /// All of them, in the order in which they are listed.
    static let all = [
        httpTo8080, unprivilegedWeb, portForward, vpsForwarder, transparentProxy, loadBalancer,
    ]

    /// The example that is written unless another is chosen.
    static let usual = httpTo8080

    /// Finds an example; `nil` if there is none of that name.
    static func named(_ name: String) -> ExamplePolicy? { all.first { $0.name == name } }
}
