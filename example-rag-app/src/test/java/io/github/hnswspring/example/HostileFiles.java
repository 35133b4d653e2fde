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

	/** A PDF with one page that says it has as many as an int can hold. */
	public static byte[] pdfThatClaimsManyPages() {
		List<String> objects = List.of("<</Type/Catalog/Pages 2 0 R>>",
				"<</Type/Pages/Kids[3 0 R]/Count " + Integer.MAX_VALUE + ">>",
				"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>");
		StringBuilder pdf = new StringBuilder("%PDF-1.4\n");
		StringBuilder table = new StringBuilder("xref\n0 4\n0000000000 65535 f \n");
		for (int i = 0; i < objects.size(); i++) {
			table.append("%010d 00000 n \n".formatted(pdf.length()));
			pdf.append(i + 1).append(" 0 obj").append(objects.get(i)).append("endobj\n");
		}
		int start = pdf.length();
		return ascii(pdf.append(table) + "trailer<</Size 4/Root 1 0 R>>\nstartxref\n" + start + "\n%%EOF\n");
	}

	/** A PDF with a page of text, actions, a form and metadata that name an address. */
	public static byte[] pdfThatCallsHome(String address, String text) {
		String content = "BT /F1 12 Tf 1 0 0 1 72 700 Tm (" + text + ") Tj ET";
		String xmp = "<?xml version='1.0'?><!DOCTYPE x SYSTEM '" + address + "xmp' [<!ENTITY e SYSTEM '" + address
				+ "entity'>]><x>&e;</x>";
		String uri = "<</S/URI/URI(" + address + "open)>>";
		String stream = "stream\n%s\nendstream endobj\n";
		return ascii("%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R/OpenAction" + uri + "/Metadata 6 0 R"
				+ "/AcroForm<</Fields[]/XFA 6 0 R>>>>endobj\n" + "2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
				+ "3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R/AA<</O" + uri
				+ ">>/Resources<</Font<</F1 5 0 R>>/XObject<</X 7 0 R>>>>>>endobj\n4 0 obj<</Length " + content.length()
				+ ">>" + stream.formatted(content)
				+ "5 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj\n6 0 obj<</Length " + xmp.length()
				+ "/Type/Metadata/Subtype/XML>>" + stream.formatted(xmp)
				+ "7 0 obj<</Subtype/Image/Length 0/F<</FS/URL/F(" + address + "file)>>>>" + stream.formatted("")
				+ "trailer<</Root 1 0 R>>\n%%EOF\n");
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
