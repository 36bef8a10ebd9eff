import Diagnostics

extension PolicyTexts {
    /// The tree of a text; reports what is not YAML, or not a policy.
    func tree(of text: Text, bag: inout DiagnosticBag) -> Node? {
        plainTree(of: text) ?? anyTree(of: text, bag: &bag)
    }

    /// The tree of a text that has plain forms only; nothing for any other.
    func plainTree(of text: Text) -> Node? {
        text.bytes.withUnsafeBufferPointer { bytes in
            var reader = PlainReader(bytes, of: text, limits: limits)
            do throws(PlainReader.NotPlain) {
                return try reader.document()
            } catch {
                return nil
            }
        }
    }

    /// The tree of a text of any form, as libyaml reads it.
    func anyTree(of text: Text, bag: inout DiagnosticBag) -> Node? {
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
