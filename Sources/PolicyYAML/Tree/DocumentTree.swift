import Diagnostics

extension PolicyTexts {
    /// The tree of a text; reports what is not YAML, or not a policy.
    func tree(of text: Text, bag: inout DiagnosticBag) -> Node? {
        let (source, limits) = (text.source, limits)
        return text.bytes.withUnsafeBufferPointer { bytes in
            var builder = TreeBuilder(
                YAMLEvents(bytes),
                of: sources[source].text,
                source,
                limits: limits
            )
            do throws(TreeBuilder.Stopped) {
                if let root = try builder.document(bag: &bag), !root.isNothing { return root }
                bag.report(.emptyDocument(in: source))
                return nil
            } catch {
                return nil
            }
        }
    }
}

extension Node {
    /// Whether the document holds no value at all.
    fileprivate var isNothing: Bool {
        if case .scalar(let scalar) = self { scalar.isPlain && scalar.text.isEmpty } else { false }
    }
}
