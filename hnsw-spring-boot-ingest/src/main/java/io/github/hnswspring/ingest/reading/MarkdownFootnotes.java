package io.github.hnswspring.ingest.reading;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.commonmark.ext.footnotes.FootnoteDefinition;
import org.commonmark.ext.footnotes.FootnoteReference;
import org.commonmark.ext.gfm.tables.TableBlock;
import org.commonmark.node.AbstractVisitor;
import org.commonmark.node.Block;
import org.commonmark.node.CustomBlock;
import org.commonmark.node.CustomNode;
import org.commonmark.node.ListBlock;
import org.commonmark.node.Node;
import org.commonmark.node.Paragraph;
import org.commonmark.node.Text;

/**
 * Moves footnotes to the paragraphs that refer to them, so that their words are found
 * with the section they belong to. One that nothing refers to stays where it is. Both
 * keep the mark they are written with. Confined to the thread that reads.
 */
final class MarkdownFootnotes extends AbstractVisitor {

	private final List<FootnoteDefinition> notes = new ArrayList<>();

	private final Map<String, FootnoteReference> references = new HashMap<>();

	private final List<FootnoteReference> marks = new ArrayList<>();

	/** Behind which block the next note of a paragraph goes. */
	private final Map<Node, Node> ends = new HashMap<>();

	private MarkdownFootnotes() {
	}

	static void move(Node document) {
		MarkdownFootnotes footnotes = new MarkdownFootnotes();
		document.accept(footnotes);
		footnotes.notes.forEach(footnotes::place);
		footnotes.marks.forEach(MarkdownFootnotes::write);
	}

	@Override
	public void visit(CustomBlock block) {
		if (block instanceof FootnoteDefinition note) {
			this.notes.add(note);
		}
		visitChildren(block);
	}

	@Override
	public void visit(CustomNode node) {
		if (node instanceof FootnoteReference reference) {
			this.marks.add(reference);
			this.references.putIfAbsent(reference.getLabel(), reference);
		}
		visitChildren(node);
	}

	private void place(FootnoteDefinition note) {
		FootnoteReference reference = this.references.remove(note.getLabel());
		Block place = (reference != null) ? block(reference) : null;
		boolean inside = false;
		for (Node around = place; around != null && !inside; around = around.getParent()) {
			inside = around == note;
		}
		boolean referred = place != null && !inside;
		// The mark of a note that stands where it was is followed by a colon.
		String mark = "[^" + note.getLabel() + "]" + (referred ? " " : ": ");
		if (note.getFirstChild() instanceof Paragraph paragraph) {
			paragraph.prependChild(new Text(mark));
		}
		else {
			Paragraph paragraph = new Paragraph();
			paragraph.appendChild(new Text(mark.strip()));
			note.prependChild(paragraph);
		}
		Node start = (referred && place != null) ? place : note;
		Node after = this.ends.getOrDefault(start, start);
		Node child = note.getFirstChild();
		while (child != null) {
			Node next = child.getNext();
			after.insertAfter(child);
			after = child;
			child = next;
		}
		this.ends.put(start, after);
		if (start.getParent().getParent() instanceof ListBlock list) {
			// Else its items are lines, and the note would be on the same one.
			list.setTight(false);
		}
		note.unlink();
	}

	/** The paragraph, heading or table that refers to a note. */
	private static Block block(FootnoteReference reference) {
		Node node = reference.getParent();
		while (!(node instanceof Block)) {
			node = node.getParent();
		}
		for (Node around = node; around != null; around = around.getParent()) {
			if (around instanceof TableBlock table) {
				return table;
			}
		}
		return (Block) node;
	}

	private static void write(FootnoteReference reference) {
		reference.insertAfter(new Text("[^" + reference.getLabel() + "]"));
		reference.unlink();
	}

}
