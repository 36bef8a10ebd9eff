import Diagnostics

/// Values as editors see them: they read YAML's own types, which play no part in decoding.
extension SchemaValue {
    /// The value in a text of YAML such as `[80, 443]`, or nothing where it is none.
    init?(yaml text: String) {
        var texts = PolicyTexts(limits: Limits(), unsafe: .accepted)
        var bag = DiagnosticBag(limit: 1)
        guard let text = texts.add(Array(text.utf8), named: "", bag: &bag),
            let node = texts.tree(of: text, bag: &bag)
        else { return nil }
        self.init(node)
    }

    /// The value behind the key in a text such as `port: 80`.
    init?(behindKeyIn example: String) {
        guard case .object(let members) = SchemaValue(yaml: example), members.count == 1,
            let value = members.values.first
        else { return nil }
        self = value
    }

    private init(_ node: Node) {
        switch node {
        case .scalar(let scalar): self.init(scalar)
        case .list(let list): self = .list(list.items.map { SchemaValue($0) })
        case .mapping(let mapping):
            let members = mapping.entries.map { ($0.key.text, SchemaValue($0.value)) }
            self = .object(Dictionary(members) { $1 })
        case .unusable: self = .text("")
        }
    }

    private init(_ scalar: Node.Scalar) {
        switch scalar.text {
        case "true" where scalar.isPlain: self = true
        case "false" where scalar.isPlain: self = false
        default:
            let number = scalar.isPlain ? Int(scalar.text) : nil
            self = number.map { .integer($0) } ?? .text(scalar.text)
        }
    }
}
