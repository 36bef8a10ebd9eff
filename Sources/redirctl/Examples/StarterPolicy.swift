/// A policy to begin with, which `init` writes.
///
/// Its redirects are those of the example with the same name in `Policies`; there may be fewer.
struct StarterPolicy: Sendable {
    /// The name of the example.
    let name: String

    /// What the policy does, in one line.
    let summary: String

    /// The policy, with a comment for each line that a reader may not know.
    let text: String

    /// All of them; `init` writes the first one unless another is chosen.
    static let all = [
        httpTo8080, unprivilegedWeb, portForward, vpsForwarder, transparentProxy, loadBalancer,
    ]

    /// The name of the example that is written unless another is chosen.
    static let usual = httpTo8080.name

    /// Finds an example; `nil` if there is none of that name.
    static func named(_ name: String) -> StarterPolicy? { all.first { $0.name == name } }
}
