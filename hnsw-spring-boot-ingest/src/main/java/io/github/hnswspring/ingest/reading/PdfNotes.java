package io.github.hnswspring.ingest.reading;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.apache.pdfbox.cos.COSDictionary;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.interactive.annotation.PDAnnotation;
import org.apache.pdfbox.pdmodel.interactive.form.PDAcroForm;
import org.apache.pdfbox.pdmodel.interactive.form.PDButton;
import org.apache.pdfbox.pdmodel.interactive.form.PDField;
import org.apache.pdfbox.pdmodel.interactive.form.PDPushButton;
import org.apache.pdfbox.pdmodel.interactive.form.PDSignatureField;
import org.apache.pdfbox.pdmodel.interactive.form.PDTerminalField;
import org.apache.pdfbox.pdmodel.interactive.form.PDTextField;

/**
 * Reads what lies on the pages of a PDF without being part of them: values that were
 * filled into a form, and notes. Confined to the thread that reads.
 */
final class PdfNotes {

	private static final Set<String> NO_NOTES = Set.of("Link", "Popup", "Widget");

	/** Bounds the work on a form made to be hard. */
	private static final int MAX_FIELDS = 20_000;

	private final Map<COSDictionary, PDTerminalField> fields = new HashMap<>();

	private final Set<PDTerminalField> read = new HashSet<>();

	private final LeftOuts leftOut;

	PdfNotes(PDDocument document, LeftOuts leftOut) {
		this.leftOut = leftOut;
		try {
			findFields(document);
		}
		catch (RuntimeException ex) {
			leftOut.add("form", "it is damaged");
		}
	}

	private void findFields(PDDocument document) {
		// Without the usual repairs, which draw what is only to be read.
		PDAcroForm form = document.getDocumentCatalog().getAcroForm(null);
		if (form == null) {
			return;
		}
		int count = 0;
		for (PDField field : form.getFieldTree()) {
			if (field instanceof PDTerminalField terminal && count++ < MAX_FIELDS) {
				terminal.getWidgets().forEach((widget) -> this.fields.put(widget.getCOSObject(), terminal));
			}
		}
		if (form.xfaIsDynamic()) {
			this.leftOut.add("form that a program draws (XFA)", "it is no text; print it into a PDF to have it read");
		}
	}

	/** The filled fields of a page, as items: {@code - Name: Ada}. */
	List<String> fields(PDPage page) {
		List<String> lines = new ArrayList<>();
		for (PDAnnotation annotation : annotations(page)) {
			PDTerminalField field = this.fields.get(annotation.getCOSObject());
			if (field != null && this.read.add(field)) {
				String value = valueOf(field).strip().replaceAll("\\s*\\R\\s*", " ");
				String name = (field.getAlternateFieldName() != null) ? field.getAlternateFieldName()
						: field.getPartialName();
				if (!value.isEmpty()) {
					lines.add("- " + ((name == null || name.isBlank()) ? "" : name.strip() + ": ") + value);
				}
			}
		}
		return lines;
	}

	private String valueOf(PDTerminalField field) {
		try {
			return value(field);
		}
		catch (RuntimeException ex) {
			this.leftOut.add("field of a form", "it is damaged", String.valueOf(field.getPartialName()));
			return "";
		}
	}

	private String value(PDTerminalField field) {
		if (field instanceof PDPushButton || field instanceof PDSignatureField) {
			return "";
		}
		if (field instanceof PDButton button) {
			String value = button.getValue();
			return value.equals("Off") ? "" : value;
		}
		if (field instanceof PDTextField text && text.isPassword()) {
			this.leftOut.add("field of a form", "it holds a password", String.valueOf(field.getPartialName()));
			return "";
		}
		// Of a list, in brackets.
		return field.getValueAsString().replaceAll("\\A\\[|\\]\\z", "");
	}

	/** The notes on a page, and text that was put onto it. */
	List<String> notes(PDPage page) {
		List<String> notes = new ArrayList<>();
		for (PDAnnotation annotation : annotations(page)) {
			String type = String.valueOf(annotation.getSubtype());
			String contents = (annotation.getContents() != null) ? annotation.getContents().strip() : "";
			if (NO_NOTES.contains(type)) {
				continue;
			}
			if (type.equals("FileAttachment")) {
				this.leftOut.add("embedded file or picture", "what a document embeds is not opened", contents);
			}
			else if (!contents.isEmpty() && (annotation.isHidden() || annotation.isNoView())) {
				this.leftOut.add("hidden note", "the page does not show it", contents.length());
			}
			else if (!contents.isEmpty()) {
				notes.add(type.equals("FreeText") ? contents : "Note: " + contents);
			}
		}
		return notes;
	}

	/** What is damaged beside the text does not keep the text out. */
	private List<PDAnnotation> annotations(PDPage page) {
		try {
			return page.getAnnotations();
		}
		catch (IOException | RuntimeException ex) {
			this.leftOut.add("notes of a page", "they are damaged");
			return List.of();
		}
	}

}
