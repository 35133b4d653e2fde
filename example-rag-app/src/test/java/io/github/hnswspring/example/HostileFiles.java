package io.github.hnswspring.example;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.PDPageContentStream;
import org.apache.pdfbox.pdmodel.font.PDType1Font;
import org.apache.pdfbox.pdmodel.font.Standard14Fonts;

/** Files that are harmless, and files that are not, made on the spot. */
public final class HostileFiles {

	private HostileFiles() {
	}

	/** A PDF with one page for each text. */
	public static byte[] pdf(String... pages) throws IOException {
		try (PDDocument document = new PDDocument(); ByteArrayOutputStream out = new ByteArrayOutputStream()) {
			for (String text : pages) {
				PDPage page = new PDPage();
				document.addPage(page);
				if (text.isEmpty()) {
					continue;
				}
				try (PDPageContentStream content = new PDPageContentStream(document, page)) {
					content.beginText();
					content.setFont(new PDType1Font(Standard14Fonts.FontName.HELVETICA), 12);
					content.newLineAtOffset(72, 700);
					content.showText(text);
					content.endText();
				}
			}
			document.save(out);
			return out.toByteArray();
		}
	}

	/** A PDF of some kilobytes whose only page unpacks to that many megabytes. */
	public static byte[] pdfBomb(int megabytes) throws IOException {
		byte[] once = deflate(megabytes);
		ByteArrayOutputStream packed = new ByteArrayOutputStream();
		try (OutputStream twice = new DeflaterOutputStream(packed, new Deflater(9))) {
			twice.write(once);
		}
		ByteArrayOutputStream pdf = new ByteArrayOutputStream();
		pdf.writeBytes(ascii("%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
				+ "2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
				+ "3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R>>endobj\n4 0 obj<</Length "
				+ packed.size() + "/Filter[/FlateDecode/FlateDecode]>>stream\n"));
		packed.writeTo(pdf);
		pdf.writeBytes(ascii("\nendstream endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"));
		return pdf.toByteArray();
	}

	private static byte[] deflate(int megabytes) throws IOException {
		byte[] spaces = " ".repeat(1 << 20).getBytes(StandardCharsets.US_ASCII);
		ByteArrayOutputStream packed = new ByteArrayOutputStream();
		try (OutputStream out = new DeflaterOutputStream(packed, new Deflater(9))) {
			for (int i = 0; i < megabytes; i++) {
				out.write(spaces);
			}
		}
		return packed.toByteArray();
	}

	/** A zip file in a zip file. */
	public static byte[] nestedZip() throws IOException {
		byte[] content = ascii("text in an archive");
		for (String name : List.of("inner.txt", "middle.zip", "outer.zip")) {
			ByteArrayOutputStream out = new ByteArrayOutputStream();
			try (ZipOutputStream zip = new ZipOutputStream(out)) {
				zip.putNextEntry(new ZipEntry(name));
				zip.write(content);
			}
			content = out.toByteArray();
		}
		return content;
	}

	private static byte[] ascii(String text) {
		return text.getBytes(StandardCharsets.ISO_8859_1);
	}

}
